import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeEach(async () => {
  laptop = await startLaptop();
});
afterEach(() => laptop.remove());

function document(Action: string): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  };
}

test('finds inline, separate and managed policies of a role by its ARN', async () => {
  const managed = await laptop.provision('AWS::IAM::ManagedPolicy', 'Managed', {
    PolicyDocument: document('s3:GetObject'),
  });
  const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  const role = await laptop.provision('AWS::IAM::Role', 'Role', {
    Path: '/app/',
    AssumeRolePolicyDocument: document('sts:AssumeRole'),
    ManagedPolicyArns: [basic, managed.ref],
    Policies: [{ PolicyName: 'Inline', PolicyDocument: document('sqs:SendMessage') }],
  });
  const arn = 'arn:aws:iam::000000000000:role/app/test-role';
  expect(role).toMatchObject({ ref: 'test-role', attributes: { Arn: arn } });
  await laptop.provision('AWS::IAM::Policy', 'Default', {
    PolicyName: 'Default',
    PolicyDocument: document('sns:Publish'),
    Roles: [role.ref],
  });
  expect(laptop.iam.role(arn)).toMatchObject({ name: 'test-role', trustPolicy: document('sts:AssumeRole') });
  expect(laptop.iam.listPolicies(arn)).toEqual([
    document('sqs:SendMessage'),
    document('sns:Publish'),
    document('s3:GetObject'),
  ]);
  expect(laptop.iam.listAwsManagedPolicies(arn)).toEqual([basic]);
  expect(laptop.iam.listPolicies(`${arn}-other`)).toEqual([]);
});
